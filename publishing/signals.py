from django.dispatch import Signal

# Sent after commit when an edition takes effect at once, with `edition`. A planned moment sends nothing:
# whoever keeps anything asks for the next planned start.
published = Signal()
