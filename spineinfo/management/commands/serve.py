import errno
import os
import socket
import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from spineinfo.supervisor import Program, Supervisor


class Command(BaseCommand):
    help = (
        "Serve the site on PORT by granian, with housekeeping beside it, both started again whenever they end, until "
        "SIGTERM or Ctrl-C."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="The IP address to listen on (127.0.0.1).")
        parser.add_argument("--workers", type=int, default=2, help="Processes that answer requests (2).")
        parser.add_argument(
            "--threads", type=int, default=8, help="Requests each answers at once (8); each may hold a connection."
        )

    def handle(self, *args, host, workers, threads, **options):
        refuse_what_cannot_be_listened_on(host, settings.PORT)
        numbers = [os.getpid(), host, settings.PORT, max(workers, 1), max(threads, 1)]
        os.chdir(settings.BASE_DIR)
        Supervisor(
            [
                Program("The server", [sys.executable, "-m", "spineinfo.server", *map(str, numbers)]),
                Program("Housekeeping", [sys.executable, "-m", "spineinfo.beside", str(os.getpid()), "housekeep"]),
            ],
            say=self.stderr.write,
            ready=lambda: self.announce(host),
        ).run()

    def announce(self, host):
        """Say once that the site answers; False while it does not."""
        try:
            socket.create_connection((host, settings.PORT), timeout=0.2).close()
        except OSError:
            return False
        if not hasattr(self, "announced"):
            self.announced = True
            self.stdout.write(f"SpineInfo answers at {settings.SITE_URL}/ until you press Ctrl-C.")
        return True


def refuse_what_cannot_be_listened_on(host, port):
    """CommandError where another program has the port: granian would share it, each getting some of the requests."""
    try:
        family = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror as error:
        raise CommandError(f"{host} is not an IP address to listen on.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} is in use. Stop what listens there, or choose another port: PORT={port + 1}."
            ) from error
        raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
