from django import template
from django.utils.translation import gettext_lazy as _

from physicians.models import Patients

register = template.Library()

AGES = {
    Patients.ADULT: _("Adults"),
    Patients.PEDIATRIC: _("Children and teens"),
    Patients.BOTH: _("Adults and children"),
}


@register.filter
def with_credentials(physician):
    """“Paul C. McCormick, MD”."""
    return ", ".join(filter(None, [physician.title, physician.words["credentials"]]))


@register.filter
def initials(physician):
    """“PM”, for the circle that stands where a portrait would."""
    words = physician.words
    return (words["given_names"][:1] + words["family_name"][:1]).upper()


@register.filter
def portrait(physician):
    """The figure that shows the physician; None without one."""
    return next(iter(physician.shows("portrait")), None)


@register.filter
def ages(physician):
    return AGES[physician.words["patients"]]
