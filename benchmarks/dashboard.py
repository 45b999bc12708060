"""How fast the page is, in a browser: ``python benchmarks/dashboard.py`` (needs Chromium).

Opens the usual view (500 posts, 84 months), waits for the first figures, then moves a lever and
waits for 20 and for 200 replicates of both scenarios. Seconds; other work makes them larger.
"""

import shutil
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROUNDS = 5


def serve(port):
    """The page's server, once it answers."""
    command = [sys.executable, "-m", "sim", "dashboard", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the page does not answer")


def told(page, count):
    """Waits until so many replicates are told."""
    page.get_by_text(f"{count} of 200 replicates").wait_for(timeout=60_000)


def main():
    """Measures and prints."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = serve(port)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for number in range(ROUNDS):
                page = browser.new_context().new_page()
                began = time.perf_counter()
                page.goto(f"http://127.0.0.1:{port}/")
                told(page, 20)
                first = time.perf_counter() - began
                told(page, 200)
                box = page.get_by_label("quota_usd, number", exact=True)
                began = time.perf_counter()
                box.fill(str(1200 + number))
                told(page, 20)
                few = time.perf_counter() - began
                told(page, 200)
                all_ = time.perf_counter() - began
                print(f"first figure {first:.2f}  20 replicates {few:.2f}  200 {all_:.2f}")
                page.close()
            browser.close()
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
