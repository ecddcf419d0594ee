#!/bin/bash
# Builds Rust's std for a target once, from Debian's rust-web-src, and lays it out as a sysroot for --sysroot.
# usage: std.sh <target> <folder>
set -euo pipefail
target=$1 out=$(realpath -m "$2") rustc=/usr/bin/rustc sources=/usr/lib/rustlib/src/rust/library
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
libraries="$out/lib/rustlib/$target/lib"
rm -rf "$out"
mkdir -p "$work/src" "$libraries"
: > "$work/src/lib.rs"
printf '[package]\nname="seed"\nversion="0.0.0"\nedition="2021"\n' > "$work/Cargo.toml"
(cd "$work" && RUSTC=$rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" /usr/bin/cargo build -q --release \
  -Z build-std=std,panic_unwind,proc_macro,test --target "$target")
cp "$work/target/$target/release/deps"/*.rlib "$libraries/"
rm -f "$libraries"/lib{seed,panic_abort}*
# panic_abort must itself be compiled to abort, which build-std does not do.
RUSTC_BOOTSTRAP=1 $rustc --sysroot "$out" --target "$target" --edition 2024 --crate-name panic_abort --crate-type lib \
  "$sources/panic_abort/src/lib.rs" -C panic=abort -C opt-level=3 -C metadata=foyer -C extra-filename=-foyer \
  -Z force-unstable-if-unmarked --out-dir "$libraries"
host=$($rustc -vV | sed -n 's/^host: //p')
ln -sfn "$($rustc --print sysroot)/lib/rustlib/$host" "$out/lib/rustlib/$host"
# Last, since it says that all is there.
$rustc -V > "$out/rustc-version"
