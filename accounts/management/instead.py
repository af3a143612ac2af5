"""Stands in the place of django-axes' commands, which know nothing of this site's lock-out and of the record."""

import argparse

from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Use unlock instead."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("anything", nargs=argparse.REMAINDER)

    def handle(self, *args, **options):
        raise CommandError('Nothing was done. Use: manage.py unlock NAME --reason "…" (or --address ADDRESS).')
