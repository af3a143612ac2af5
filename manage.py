#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spineinfo.settings")
    if sys.argv[1:2] == ["first_run"]:
        from spineinfo.keys import data_folder, make_missing

        try:
            make_missing(data_folder(), os.environ)
        except OSError as error:
            sys.exit(f"SpineInfo does not start: {data_folder()} is to hold all it writes, and cannot: {error}")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
