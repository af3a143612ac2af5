from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files; a name missing from the manifest is served as it is.

    CKEditor builds the addresses of its parts in the browser, so they keep their plain names.
    """

    manifest_strict = False
