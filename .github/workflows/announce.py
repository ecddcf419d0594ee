"""Writes latest.json, by which installed apps learn of a release: where each system's package lies, and its signature.

usage: announce.py FOLDER VERSION ADDRESS
"""

import datetime
import json
import pathlib
import sys

# What an updater looks for, and how the package's name ends.
PLATFORMS = {
    "windows-x86_64": "_x64-setup.exe",
    "darwin-aarch64": "_universal.app.tar.gz",
    "darwin-x86_64": "_universal.app.tar.gz",
    "linux-x86_64": ".AppImage",
}


def announcement(folder: pathlib.Path, version: str, address: str) -> dict:
    platforms = {}
    for platform, end in PLATFORMS.items():
        packages = sorted(folder.glob(f"*{end}"))
        if len(packages) != 1:
            sys.exit(f"{len(packages)} packages end with {end}, not one")
        signature = packages[0].with_name(packages[0].name + ".sig")
        if signature.exists():
            platforms[platform] = {"url": f"{address}/{packages[0].name}", "signature": signature.read_text().strip()}
    if platforms and len(platforms) != len(PLATFORMS):
        sys.exit(f"only some packages are signed: {', '.join(platforms)}")
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"version": version, "pub_date": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "platforms": platforms}


def main() -> None:
    folder, version, address = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    made = announcement(folder, version, address)
    if not made["platforms"]:
        print("::warning::nothing is signed for the updater: there is no announcement")
        return
    (folder / "latest.json").write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
