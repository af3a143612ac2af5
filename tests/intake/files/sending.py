"""A program that sends files by the protocol tus, through Django's test client."""

import base64

from intake.files.tus import CHUNK

TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**values):
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


class Sender:
    """Sends with the cookies of `client`; `way` as addresses name it."""

    def __init__(self, client, way="appointments"):
        self.client = client
        self.url = f"/{way}/upload/"

    def begin(self, size, name="scan.dcm", path="", **headers):
        told = {"Upload-Length": str(size), "Upload-Metadata": metadata(filename=name, path=path), **TUS, **headers}
        return self.client.post(self.url, content_type="application/octet-stream", headers=told)

    def patch(self, url, data, offset=0, **headers):
        told = {"Upload-Offset": str(offset), **TUS, **headers}
        return self.client.generic(
            "PATCH", url, data, content_type=CHUNK, headers=told, CONTENT_TYPE=CHUNK, CONTENT_LENGTH=len(data)
        )

    def head(self, url):
        return self.client.head(url, headers=TUS)

    def end(self, url):
        return self.client.delete(url, headers=TUS)

    def send(self, data, name="scan.dcm", at_once=1024 * 1024):
        """All of `data`, in pieces; returns the address of the file."""
        url = self.begin(len(data), name)["Location"]
        for start in range(0, len(data), at_once):
            response = self.patch(url, data[start : start + at_once], start)
            assert response.status_code == 204, response.content
        return url
