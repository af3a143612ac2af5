import signal
import threading

from django.core.management import BaseCommand

from housekeeping.loop import Loop


class Command(BaseCommand):
    help = (
        "Do what is to be done beside the server, again and again until SIGTERM, SIGHUP or Ctrl-C. `serve` runs it; "
        "several at once, on one machine or more, do nothing twice."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end.")

    def handle(self, *args, once, **options):
        loop = Loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, frame: loop.stopping.set())
        if once:
            loop.round()
        else:
            loop.slow = (False,)
            aside = threading.Thread(target=Loop(slow=(True,), stopping=loop.stopping).run)
            aside.start()
            loop.run()
            aside.join()
