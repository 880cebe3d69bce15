"""Every link and every picture in a folder of HTML leads to a file of it, and to a place in that file."""

import pathlib
import sys
import urllib.parse
from html.parser import HTMLParser


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.targets, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.targets.append(value)
            if name in ("id", "name") and value:
                self.places.add(value)


root = pathlib.Path(sys.argv[1]).resolve()
pages = {path: Page(path.read_text()) for path in root.rglob("*.html")}
checked, dead = 0, []
for path, page in pages.items():
    # This page answers for addresses anywhere, so its links begin at the book's root.
    if path.name == "404.html":
        continue
    for target in page.targets:
        parts = urllib.parse.urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        checked += 1
        file = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
        if not file.exists():
            dead.append(f"{path.relative_to(root)}: {target} is not there")
        elif parts.fragment and file in pages:
            if urllib.parse.unquote(parts.fragment) not in pages[file].places:
                dead.append(f"{path.relative_to(root)}: {target} has no such place")
if dead or checked < 100:
    sys.exit("\n".join(dead) or f"only {checked} links found")
print(f"   {len(pages)} pages, {checked} links inside the book")
