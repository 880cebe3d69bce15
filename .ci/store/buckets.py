"""Makes a bucket and a container in the simulators that .ci/stores has started, once they answer."""

import base64
import datetime
import hashlib
import hmac
import os
import sys
import time
import urllib.error
import urllib.request

NAME = sys.argv[1]


def until_it_answers(request):
    for attempt in range(120):
        try:
            with urllib.request.urlopen(request(), timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            if error.code == 409:
                return error.code
            raise
        except OSError:
            time.sleep(0.5)
    raise SystemExit("no answer after a minute")


def bucket():
    return urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/{NAME}", method="PUT")


def container():
    account = os.environ["AZURE_STORAGE_ACCOUNT_NAME"]
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
    version = "2023-11-03"
    headers = f"x-ms-date:{date}\nx-ms-version:{version}\n"
    text = "PUT\n\n\n\n\n\n\n\n\n\n\n\n" + headers
    text += f"/{account}/{account}/{NAME}\nrestype:container"
    key = base64.b64decode(os.environ["AZURE_STORAGE_ACCOUNT_KEY"])
    signature = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    url = f"{os.environ['AZURE_STORAGE_ENDPOINT']}/{NAME}?restype=container"
    request = urllib.request.Request(url, method="PUT")
    request.add_header("x-ms-date", date)
    request.add_header("x-ms-version", version)
    request.add_header("Authorization", f"SharedKey {account}:{signature}")
    return request


print("S3:", until_it_answers(bucket))
print("Azure:", until_it_answers(container))
