"""The service as it runs: gunicorn, several processes, health, figures, logs, a graceful stop."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import requests

from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.running import Server, running_server


def test_it_is_healthy_and_ready(server: Server) -> None:
    """A supervisor that asks gets 200 for both questions once the tables are there."""
    assert requests.get(f"{server.url}/health", timeout=30).json() == {"status": "ok"}
    assert requests.get(f"{server.url}/ready", timeout=30).json() == {"status": "ready"}


def test_figures_are_summed_over_the_processes(server: Server) -> None:
    """Twenty requests on connections of their own spread over the workers; Prometheus sees all of them."""
    before = _answered(server)
    for _ in range(20):
        requests.get(f"{server.url}/health", timeout=30)
    assert _answered(server) - before == 20


def test_figures_are_not_for_strangers(server: Server) -> None:
    """What comes through a proxy comes from the world, and gets no figures without a token."""
    through_proxy = requests.get(f"{server.url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=30)
    assert through_proxy.status_code == 403


def test_an_unknown_page_is_told_without_a_trace(server: Server) -> None:
    """Programs get JSON, browsers a page; both name the request, neither says what the server is made of."""
    for_programs = requests.get(f"{server.url}/nowhere", timeout=30)
    for_people = requests.get(f"{server.url}/nowhere", headers={"Accept": "text/html"}, timeout=30)
    assert for_programs.status_code == for_people.status_code == 404
    assert for_programs.json()["error"] == "not_found"
    assert for_programs.json()["request_id"] == for_programs.headers["X-Request-Id"]
    assert for_people.headers["X-Request-Id"] in for_people.text
    assert "Traceback" not in for_people.text


def test_the_log_is_json_under_the_requests_id_and_holds_no_query(server: Server) -> None:
    """A line of the log is found by the id that the answer carried; what stood in the address is not in it."""
    answer = requests.get(f"{server.url}/health?token=sesame", timeout=30)
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    [line] = [line for line in lines if line.get("request_id") == answer.headers["X-Request-Id"]]
    assert (line["endpoint"], line["status"], line["level"]) == ("health.health", 200, "info")
    assert "sesame" not in server.log.read_text()


def test_sigterm_lets_requests_end(tmp_path: Path) -> None:
    """Requests that are under way when the service is told to stop are all answered, and it ends with code 0."""
    with running_server(tmp_path, {"database": shop_database(tmp_path)}) as server:
        answers: list[int] = []
        asking = [
            threading.Thread(target=lambda: answers.append(requests.get(f"{server.url}/ready", timeout=30).status_code))
            for _ in range(8)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        code = server.stop()
    assert answers == [200] * 8
    assert code == 0


def _answered(server: Server) -> float:
    page = requests.get(f"{server.url}/metrics", timeout=30).text
    counted = [line for line in page.splitlines() if line.startswith("voicecart_http_requests_total")]
    return sum(float(line.rpartition(" ")[2]) for line in counted if 'endpoint="health.health"' in line)
