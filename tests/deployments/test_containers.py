"""The container files are held to the code: what they call exists, what they set is read, all is served."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import prefect.settings
import pytest
import yaml
from prefect.client.orchestration import PrefectClient
from prefect_kubernetes import KubernetesWorker

from adflux_core.settings import Settings
from deployments.cli import adflux
from deployments.prefect_yaml import read_deployments
from deployments.programs import find_prefect_yaml

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "deployments"
COMPOSE = yaml.safe_load((PLACE / "containers" / "compose.yaml").read_text())
KUBERNETES = [
    yaml.safe_load((PLACE / "kubernetes" / name).read_text()) for name in ("adflux.yaml", "pods.yaml")
]
CONTAINERFILE = (PLACE / "containers" / "Containerfile").read_text()
GUIDE = (ROOT / "docs" / "containers.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SECRET = re.compile("PASSWORD|SECRET|KEY|TOKEN|AUTH_STRING|DATABASE_URL|CONNECTION_URL")
OURS = {name.upper() for name in Settings.model_fields}
# Whole, in `make torture`: it installs everything into an empty folder, for a minute.
WHOLE = bool(os.environ.get("ADFLUX_IMAGE_STEPS"))


class Part(NamedTuple):
    """One container: what it is made from, the words after the image's `adflux`, and what it is told."""

    name: str
    image: str
    words: list[str]
    told: dict[str, str]


def composed() -> Iterator[Part]:
    for name, one in COMPOSE["services"].items():
        yield Part(name, one["image"], one.get("command", []), one.get("environment", {}))


def in_pods() -> Iterator[Part]:
    """Deployments and jobs; with the ConfigMaps they read."""
    items = [item for listed in KUBERNETES for item in listed["items"]]
    maps = {item["metadata"]["name"]: item["data"] for item in items if item["kind"] == "ConfigMap"}
    for item in items:
        spec = item.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        for one in spec.get("template", {}).get("spec", {}).get("containers", []):
            read = [source["configMapRef"]["name"] for source in one["envFrom"] if "configMapRef" in source]
            told = {key: value for name in read for key, value in maps[name].items()}
            words = [] if "command" in one else one["args"]
            yield Part(item["metadata"]["name"], one["image"], words, told)


PARTS = [*composed(), *in_pods()]
named = [f"{part.name} {part.image}" for part in PARTS]


@pytest.mark.parametrize("part", [part for part in PARTS if part.words], ids=lambda part: part.name)
def test_its_command_is_a_verb_with_those_options(part: Part) -> None:
    name, command, rest = adflux.resolve_command(click.Context(adflux), [*part.words])
    assert command is not None
    command.make_context(name, rest)  # raises on what it does not know


@pytest.mark.parametrize("part", PARTS, ids=named)
def test_what_it_is_told_is_a_setting_of_whom_it_tells(part: Part) -> None:
    # The key Prefect reads beside its settings (prefect.server.utilities.encryption).
    known = OURS | {"DO_NOT_TRACK", "PREFECT_SERVER_ENCRYPTION_KEY"}
    known |= {name for name in part.told if hasattr(prefect.settings, name)}
    if part.image.startswith("postgres:"):
        known = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
    if part.image.startswith("caddy:"):
        known = set(re.findall(r"\{\$(\w+)\}", (PLACE / "containers" / "Caddyfile").read_text()))
    assert part.told.keys() <= known


@pytest.mark.parametrize("part", PARTS, ids=named)
def test_no_secret_is_written_down(part: Part) -> None:
    for name, value in part.told.items():
        # Of an address the password is the secret, and no more than that.
        if SECRET.search(name):
            assert re.search(r"\$\{\w+:[?-]\}", value), name


def test_of_kubernetes_no_secret_is_there_at_all() -> None:
    assert "Secret" not in {item["kind"] for listed in KUBERNETES for item in listed["items"]}


def test_what_a_person_must_set_is_said_and_only_workers_get_what_spends() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (PLACE / "containers" / "compose.yaml").read_text()))
    assert {name for name in asked if f"`{name}`" not in GUIDE} == set()
    spending = {
        name for name, one in COMPOSE["services"].items() if "platforms.env" in one.get("env_file", [])
    }
    assert spending == {"worker-publish", "worker-sync", "worker-compute", "watch"}


def test_each_image_is_of_one_version_and_ours_of_this_one() -> None:
    bases = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    for image in [*bases, *(part.image for part in PARTS)]:
        assert re.search(r":\d+\.\d+", image), image
    version = PROJECT["project"]["version"]
    assert {part.image for part in PARTS if part.image.startswith("adflux")} == {f"adflux:{version}"}
    template = json.loads((PLACE / "kubernetes" / "base_job_template.json").read_text())
    assert template["variables"]["properties"]["image"]["default"] == f"adflux:{version}"


@pytest.mark.parametrize("parts", [[*composed()], [*in_pods()]], ids=["compose", "kubernetes"])
def test_each_kind_of_work_has_a_worker(parts: list[Part]) -> None:
    served = {part.words[-1] for part in parts if part.words[:2] == ["worker", "--queue"]}
    assert {one.work_pool.work_queue_name for one in read_deployments(find_prefect_yaml())} == served


def test_a_pod_is_made_as_prefect_makes_them_with_our_image_and_secrets() -> None:
    template = json.loads((PLACE / "kubernetes" / "base_job_template.json").read_text())
    theirs = KubernetesWorker.get_default_base_job_template()
    assert template["variables"]["properties"].keys() == theirs["variables"]["properties"].keys()
    assert template["job_configuration"].keys() == theirs["job_configuration"].keys()
    nobody = PrefectClient("http://127.0.0.1:1/api")  # is asked nothing: no block is referred to
    made = asyncio.run(
        KubernetesWorker.job_configuration.from_template_and_values(template, {}, client=nobody)
    )
    (container,) = made.job_manifest["spec"]["template"]["spec"]["containers"]
    assert (made.namespace, container["image"]) == ("adflux", f"adflux:{PROJECT['project']['version']}")
    read = {next(iter(source.values()))["name"] for source in container["envFrom"]}
    assert read == {"adflux", "adflux-runs", "adflux-app", "adflux-platforms"}
    assert made.command == "python -m prefect.engine"


def test_the_image_s_steps_install_adflux_into_an_empty_folder(tmp_path: Path) -> None:
    """As the first stage of the Containerfile does, with its folders here."""
    source = tmp_path / "source"
    source.mkdir()
    for words in re.findall(r"^COPY (?!--)(.+)$", CONTAINERFILE, re.MULTILINE):
        *names, target = words.split()
        for name in names:
            place = source / target / name if target == "./" else source / target
            subprocess.run(["cp", "-r", str(ROOT / name), str(place)], check=True)
    assert {one.name for one in source.iterdir()} >= {
        *PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    }
    (install,) = re.findall(r"^RUN (UV_PROJECT_ENVIRONMENT.+)$", CONTAINERFILE, re.MULTILINE)
    (uv,) = re.findall(r"/opt/uv/bin/pip install.* uv==(\S+)", CONTAINERFILE)
    assert uv == version_of_uv(), "the image installs with the uv that made the lock"
    install = install.replace("/opt/uv/bin/uv", str(ROOT / ".uv/bin/uv")).replace("/opt", str(tmp_path))
    install = install.replace("--no-cache ", "" if WHOLE else "--dry-run ") + f" --python {sys.executable}"
    subprocess.run(["/bin/sh", "-euc", install], cwd=source, check=True)
    if WHOLE:
        listed = subprocess.run(
            [tmp_path / "adflux/bin/adflux", "--help"], cwd="/", check=True, capture_output=True, text=True
        )
        assert "worker" in listed.stdout
        assert [*tmp_path.glob("adflux/lib/python3*/site-packages/deployments/prefect.yaml")]


def version_of_uv() -> str:
    said = subprocess.run([ROOT / ".uv/bin/uv", "--version"], check=True, capture_output=True, text=True)
    return said.stdout.split()[1]
