from django import template

register = template.Library()

DRAWINGS = {"x": "xray", "xray": "xray", "radiograph": "xray", "ct": "ct", "cat": "ct", "mr": "mr", "mri": "mr"}


@register.filter
def drawing(test):
    """Which drawing stands for a test, told by a word of its address; None for the plain one."""
    return next((DRAWINGS[word] for word in test.slug.split("-") if word in DRAWINGS), None)
