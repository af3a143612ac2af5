import datetime

from django import template
from django.utils.translation import gettext_lazy as _

from news.models import Article

register = template.Library()

KINDS = {
    Article.Kind.NEWS: _("News"),
    Article.Kind.STORY: _("Patient story"),
    Article.Kind.PUBLICATION: _("Publication"),
}


@register.filter
def day(article):
    """The date of an article as shown, as a date."""
    return datetime.date.fromisoformat(article.words["dated_on"])


@register.filter
def kind_of(article):
    """“Patient story”"""
    return KINDS[article.words["kind_of"]]
