"""A real browser without a screen, as wide as a phone, and what its pages must be like for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from selenium.webdriver import Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

WIDTH, HEIGHT = 390, 844  # CSS pixels of a common phone
SMALLEST_TARGET = 44  # CSS pixels, for a finger: WCAG 2.5.5
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, [tabindex='0']"


@contextmanager
def chromium() -> Iterator[Chrome]:
    """The system's Chromium; --no-sandbox because tests may run as root."""
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--force-device-scale-factor=1"):
        options.add_argument(argument)
    options.add_argument(f"--window-size={WIDTH},{HEIGHT}")
    browser = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": True},
        )
        yield browser
    finally:
        browser.quit()


def types(browser: Chrome, label: str, text: str) -> None:
    """Fill the field with this label, as a screen reader would name it."""
    [found] = [element for element in _all(browser, "input") if element.accessible_name == label]
    found.clear()
    found.send_keys(text)


def presses(browser: Chrome, name: str) -> None:
    """Press the button of this name with the keyboard."""
    [found] = [element for element in _all(browser, "button") if element.accessible_name == name]
    found.send_keys(Keys.ENTER)


def barriers(browser: Chrome) -> list[str]:
    """What keeps somebody from using the page that is shown: empty when nothing does."""
    found = [*_landmarks(browser), *_headings(browser), *_names(browser), *_focus(browser)]
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    if wide > WIDTH:
        found.append(f"it must be scrolled sideways: {wide} pixels")
    return [f"{browser.current_url}: {what}" for what in found]


def _landmarks(browser: Chrome) -> Iterator[str]:
    for landmark in ("main", "header", "h1"):
        if len(_all(browser, landmark)) != 1:
            yield f"not exactly one {landmark}"
    if not browser.execute_script("return document.documentElement.lang"):
        yield "no language"
    if not browser.title:
        yield "no title"


def _headings(browser: Chrome) -> Iterator[str]:
    levels = [int(heading.tag_name[1]) for heading in _all(browser, "h1, h2, h3, h4")]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} right after one of level {before}"


def _names(browser: Chrome) -> Iterator[str]:
    for element in _all(browser, "a[href], button, input:not([type=hidden]), nav, section"):
        if not element.accessible_name:
            yield f"a {element.tag_name} without a name"
    for element in _all(browser, "button, input:not([type=hidden]):not([type=checkbox])"):
        if element.size["height"] < SMALLEST_TARGET:
            yield f"{element.accessible_name!r} is only {element.size['height']} pixels high"
    names = [element.accessible_name for element in _all(browser, "button")]
    if len(names) != len(set(names)):
        yield f"two buttons of one name: {names}"


def _focus(browser: Chrome) -> Iterator[str]:
    """Tab goes through everything in the order in which it is read, and where it is can be seen."""
    wanted = _all(browser, FOCUSABLE)
    browser.execute_script("document.activeElement.blur(); window.scrollTo(0, 0)")
    browser.find_element(By.TAG_NAME, "body").send_keys("")
    for element in wanted:
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        if focused != element:
            yield f"Tab leads to {focused.accessible_name!r} instead of {element.accessible_name!r}"
            return
        if focused.value_of_css_property("outline-style") == "none":
            yield f"the focus on {element.accessible_name!r} can't be seen"


def _all(browser: Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, selector)
