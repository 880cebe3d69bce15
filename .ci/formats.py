"""Validates every format that Linkwright writes: the golden files, and what the binary writes itself."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from urllib.parse import quote
from xml.etree import ElementTree

import jsonschema
import xmlschema
from prometheus_client.parser import text_string_to_metric_families

ROOT = pathlib.Path.cwd()
BINARY = str(pathlib.Path(sys.argv[1]).resolve())

SARIF = jsonschema.Draft7Validator(json.loads((ROOT / "fixtures/sarif/sarif-2.1.0-rtm.5.json").read_text()))
JUNIT = xmlschema.XMLSchema(str(ROOT / "fixtures/junit/junit-10.xsd"))
HOSTILE = "a \"b\" <c> & 'd' ]]> \\ ü 漢 \u202e"

seen = {}
failures = []


def ours(name):
    schema = json.loads((ROOT / f"schemas/{name}.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


def complain(what, kind, errors):
    seen[kind] = seen.get(kind, 0) + 1
    failures.extend(f"{what}: {kind}: {error}" for error in errors)


def by_schema(validator, kind, what, text):
    try:
        document = json.loads(text)
    except ValueError as error:
        return complain(what, kind, [f"{error}: {text[:80]!r}"])
    complain(what, kind, [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)])


def junit(what, text):
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        return complain(what, "JUnit", [f"{error}: {text[:80]!r}"])
    complain(what, "JUnit", [str(error)[:400] for error in JUNIT.iter_errors(root)])


def metrics(what, text):
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError as error:
        return complain(what, "metrics", [repr(error)])
    errors = []
    names = [family.name for family in families]
    if "linkwright_drift_findings" not in names:
        errors.append("no linkwright_drift_findings")
    if len(set(names)) != len(names):
        errors.append("a family is written twice")
    for family in families:
        if family.type != "gauge" or not family.documentation:
            errors.append(f"{family.name} has no type or help")
        labels = [tuple(sorted(sample.labels.items())) for sample in family.samples]
        if len(set(labels)) != len(labels):
            errors.append(f"{family.name} has a sample twice")
    complain(what, "metrics", errors)
    return families


DRIFT, NOTIFICATION, STATUS = ours("drift"), ours("notification"), ours("status")
PLAN, DIAGNOSTICS = ours("plan"), ours("diagnostics")


def golden_files():
    """The views of worlds that no sandbox can be brought into, hostile ones among them."""
    views = ROOT / "fixtures/views"
    for file in sorted((views / "drift").iterdir()):
        text = file.read_text()
        if file.suffix == ".sarif":
            by_schema(SARIF, "SARIF", file.name, text)
        elif file.suffix == ".xml":
            junit(file.name, text)
        elif file.suffix == ".prom":
            metrics(file.name, text)
        elif file.name.endswith(".notification.json"):
            by_schema(NOTIFICATION, "notification JSON", file.name, text)
        elif file.suffix == ".json" and not file.name.endswith(".slack.json"):
            by_schema(DRIFT, "drift JSON", file.name, text)
    for file in sorted((views / "status").glob("*.json")):
        by_schema(STATUS, "status JSON", file.name, file.read_text())
    for file in sorted(views.glob("*.json")):
        by_schema(PLAN, "plan JSON", file.name, file.read_text())


def run(folder, args, ends=(0, 2)):
    """One run of the binary; every reference of the specs leads somewhere."""
    text = "".join(file.read_text() for file in folder.glob("*.yaml"))
    env = {name: "made-up" for name in re.findall(r"\$\{env:(\w+)\}", text)}
    done = subprocess.run([BINARY, *args], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in ends:
        failures.append(f"{' '.join(args)} in {folder.name}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def every_format(name, folder, world):
    def of(command, form, *more):
        return run(folder, [command, "-o", form, *more, "--sandbox", world], ends=(0, 2, 3))

    by_schema(SARIF, "SARIF", name, of("drift", "sarif", "--since", "w/none.json"))
    junit(name, of("drift", "junit"))
    by_schema(DRIFT, "drift JSON", name, of("drift", "json", "--since", "w/last.json", "--json-out", "w/last.json"))
    by_schema(DRIFT, "drift JSON", name, of("drift", "json", "--since", "w/last.json", "--metrics-file", "w/m.prom"))
    written = folder / "w/m.prom"
    families = metrics(name, written.read_text()) if written.exists() else []
    by_schema(STATUS, "status JSON", name, of("status", "json"))
    by_schema(PLAN, "plan JSON", name, of("plan", "json"))
    by_schema(DIAGNOSTICS, "diagnostics JSON", name, run(folder, ["validate", "-o", "json"]))
    by_schema(SARIF, "SARIF", name, run(folder, ["validate", "-o", "sarif"]))
    return families


def examples(scratch):
    for example in sorted((ROOT / "examples").iterdir()):
        world = ROOT / "fixtures/worlds" / f"{example.name}.yaml"
        if not world.exists():
            continue
        folder = scratch / example.name
        (folder / "w").mkdir(parents=True)
        for file in example.glob("*.yaml"):
            (folder / file.name).write_text(file.read_text())
        (folder / "w/world.yaml").write_text(world.read_text())
        every_format(example.name, folder, "w/world.yaml")


def hostile(scratch):
    """Names that no one should give, on everything that can be named."""
    folder = scratch / "hostile"
    (folder / "w").mkdir(parents=True)
    quoted = json.dumps(HOSTILE)
    (folder / f"{HOSTILE.replace('/', '')}.yaml").write_text(
        f"""version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: "https://east.example:443"
    bootstrap_servers: "east:9092"
    rest_auth: {{ basic: {{ username: KEY, password: "${{env:SECRET}}" }} }}
  west:
    id: lkc-west01
    rest_endpoint: "https://west.example:443"
    rest_auth: {{ basic: {{ username: KEY, password: "${{env:SECRET}}" }} }}
links:
  orders:
    source: east
    destination: west
    credentials: {{ sasl_plain: {{ username: LINK, password: "${{env:SECRET}}" }} }}
    mirrors: {{ payments: {{ state: paused }} }}
    consumer_offset_sync: {{ groups: {{ include: [{json.dumps(HOSTILE[:-2])}] }} }}
exceptions:
  - address: west/orders/payments
    reason: {json.dumps(HOSTILE + chr(10) + HOSTILE)}
    until: 2999-01-01
"""
    )
    # A spec must not give such names, but whoever adds a link by hand may.
    (folder / "w/world.yaml").write_text(
        f"""version: 1
clock: {{ mode: manual }}
switches: {{ link_name_rule: lenient }}
clusters:
  - id: lkc-east01
    bootstrap_servers: east:9092
    topics: [{{ name: payments }}]
  - id: lkc-west01
    links:
      - name: orders
        remote: lkc-east01
        mirrors: [{{ source_topic: payments }}]
      - name: {quoted}
        remote: lkc-east01
"""
    )
    every_format("hostile", folder, "w/world.yaml")
    sarif = json.loads(run(folder, ["drift", "-o", "sarif", "--sandbox", "w/world.yaml"]))
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif["runs"][0]["results"]
        for place in result["locations"]
    }
    if any(character in uri for uri in uris for character in "<> \"") or not uris:
        failures.append(f"hostile: a file's name is no URI: {uris}, such as {quote(HOSTILE)}")
    if not any(HOSTILE.split()[0] in result["message"]["text"] for result in sarif["runs"][0]["results"]):
        failures.append("hostile: no output has the hostile name")
    if not any(result.get("suppressions") for result in sarif["runs"][0]["results"]):
        failures.append("hostile: nothing is suppressed")


try:
    golden_files()
    with tempfile.TemporaryDirectory() as scratch:
        examples(pathlib.Path(scratch))
        hostile(pathlib.Path(scratch))
finally:
    print(", ".join(f"{count} {kind}" for kind, count in sorted(seen.items())))
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
sys.exit(1 if failures else 0)
