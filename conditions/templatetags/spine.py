from django import template
from django.urls import reverse

from conditions.regions import WHOLE
from conditions.spine_map import HEIGHT, LABELS_AT, spine_map

register = template.Library()


@register.inclusion_tag("components/spine.html")
def spine(regions=None, current=(), is_compact=False):
    """The map of the spine, each region a link to its place in the list of conditions.

    `regions`, of `by_region`, gives the number of conditions, and leaves those without any unlinked; `current` holds
    the keys of the regions that the page is about.
    """
    counts = None if regions is None else {region.key: len(region.conditions) for region in regions}
    list_url = reverse("conditions:condition_list")
    drawn = spine_map()
    return {
        "cord": drawn.cord,
        "height": HEIGHT,
        "labels_at": LABELS_AT,
        "is_compact": is_compact,
        "regions": [
            {
                "drawing": region,
                "count": counts and counts.get(region.key),
                "url": f"{list_url}#{region.key}" if counts is None or region.key in counts else "",
                "is_current": region.key in current or WHOLE in current,
            }
            for region in drawn.regions
        ],
    }
