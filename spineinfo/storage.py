from whitenoise.storage import CompressedManifestStaticFilesStorage

EDITOR = "ckeditor/ckeditor/"


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files; a name missing from the manifest is served as it is.

    CKEditor builds the addresses of its parts in the browser, so they keep their plain names.
    """

    manifest_strict = False

    def compress_files(self, paths):
        """Compress the names that pages ask for alone; it takes longer than all else of a first start."""
        plain = {name for name in self.hashed_files if name.startswith(EDITOR)} - {f"{EDITOR}ckeditor.js"}
        hashed = {hashed for name, hashed in self.hashed_files.items() if name not in plain}
        return super().compress_files(paths & (plain | hashed))
