from django import template

from publishing.files import address

register = template.Library()

SMALLEST = 480  # what is narrower is for thumbnails


register.filter("file_address", address)


@register.filter
def srcset(picture):
    """The addresses of a picture's files with their widths, for browsers to choose from."""
    widths = [width for width in picture["webp"] if int(width) >= SMALLEST] or list(picture["webp"])[-1:]
    return ", ".join(f"{address(picture['webp'][width])} {width}w" for width in widths)


@register.filter
def at_width(picture, width):
    """The address of the picture's file of `width` pixels, or of the widest where it is narrower."""
    names = picture["webp"]
    return address(names.get(str(width)) or list(names.values())[-1])
