from django import template

from conditions.models import Condition, Hub
from physicians.models import Patients

register = template.Library()


@register.filter
def category(condition):
    """“Tumor”"""
    return Condition.Category(condition.words["category"]).label


@register.filter
def hub(condition):
    """The hub of the category of the composed page `condition`; None where none is live."""
    hubs = condition.at_hand(Hub.KIND)
    return next((hub for hub in hubs if hub.words["gathers"] == condition.words["category"]), None)


@register.filter
def befalls(condition):
    """“Adults and children”"""
    return Patients(condition.words["patients"]).label
