"""Where sessions are kept: Django's table of them."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    def save(self, must_create=False):
        """Django's; but to change a row that is there takes one query, which needs no transaction around it."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        values = {"session_data": self.encode(self._get_session()), "expire_date": self.get_expiry_date()}
        if not self.model.objects.filter(session_key=self.session_key).update(**values):
            raise UpdateError  # it was ended meanwhile
