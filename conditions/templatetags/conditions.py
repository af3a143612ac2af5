from django import template

from conditions.models import Condition
from physicians.models import Patients

register = template.Library()


@register.filter
def category(condition):
    """“Tumor”"""
    return Condition.Category(condition.words["category"]).label


@register.filter
def befalls(condition):
    """“Adults and children”"""
    return Patients(condition.words["patients"]).label
