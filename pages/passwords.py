from django.utils import timezone

from accounts.passwords import NamesValidator
from publishing.models import Edition

from .context_processors import NAME
from .models import SiteDetails


class SiteNamesValidator(NamesValidator):
    """Knows the names of the site and of the hospital too, as patients read them."""

    def names(self, user):
        live = Edition.objects.live(timezone.now()).filter(kind=SiteDetails.KIND).first()
        published = [live.title, live.words["department"]] if live else []
        return [*super().names(user), NAME, "spine", *published]
