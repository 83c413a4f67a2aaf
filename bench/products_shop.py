"""The generated catalogue as a shop's files, to be imported and talked to.

`python -m bench.products_shop FOLDER --count 50000 [--seed 1]`, then `voicecart shop import FOLDER`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.products_catalogue import names

_SHOP = """key: {key}
name: Generated Market
kind: groceries
currency: USD
language: en
seller: Generated Market Limited
address: 1 High Street, Springfield
returns: Unopened goods can be sent back within fourteen days.
"""
_CUSTOMERS = """customers:
  - key: anna
    name: Anna
    addresses:
      - {key: home, name: Home, street: 1 Mill Lane, city: Springfield, postcode: "01103", country: US}
"""
_PRODUCT = '  - {{key: p{number:07d}, name: "{name}", variants: [{{sku: P{number:07d}, price: {price:.2f}}}]}}\n'


def write_shop(folder: Path, count: int, seed: int = 1, key: str = "market") -> None:
    """Writes shop.yaml, catalogue.yaml and customers.yaml; product and SKU numbers are those of `write_catalogue`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.yaml").write_text(_SHOP.format(key=key), encoding="utf-8")
    (folder / "customers.yaml").write_text(_CUSTOMERS, encoding="utf-8")
    with (folder / "catalogue.yaml").open("w", encoding="utf-8") as file:
        file.write("products:\n")
        for number, name in enumerate(names(count, seed)):
            file.write(_PRODUCT.format(number=number, name=name, price=1 + number % 997 / 100))


def main() -> None:
    """Writes a shop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_shop(arguments.folder, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()
