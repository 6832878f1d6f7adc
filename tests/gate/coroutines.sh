#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# g++ 12 miscompiles some coroutine shapes without a word (double frees at run time). This gate finds them with clang's
# parser, in every source and header of ours that has a coroutine, without unity builds. First it proves on a planted
# bad file that it would see them.
set -eu
cd "$(dirname "$0")/../.."
. packaging/packages.sh
# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $GATE_PACKAGES

qt=$(pkg-config --variable=includedir Qt6Core)
flags="-xc++ -std=c++20 -fPIC -Wno-everything -Iapp -I. -DQT_NO_KEYWORDS -DQT_CORE_LIB -DQT_NETWORK_LIB -DQT_GUI_LIB -DQT_WIDGETS_LIB -I$qt"
flags="$flags -DCAUSEWAY_SOURCE_DIR=\"\" -DCAUSEWAY_BUILD_DIR=\"\" -DCAUSEWAY_TEST_DATA=\"\" -DCAUSEWAY_VERSION=\"\""
for module in QtCore QtDBus QtNetwork QtNetworkAuth QtGui QtWidgets QtSql QtTest QtSvg; do flags="$flags -I$qt/$module"; done
for folder in /usr/include/qcoro6 /usr/include/qcoro6/qcoro /usr/include/qcoro6/QCoro /usr/include/postgresql; do flags="$flags -I$folder"; done

shapes() { clang-query-19 -f tests/gate/shapes.query "$1" -- $flags 2>&1; }
hits() { grep -cE 'warning: |note: "x" binds|binds here' || true; }

planted=$(shapes tests/gate/planted.cpp | hits)
if [ "$planted" -lt 5 ]; then
  echo "The gate is blind: it found $planted of the bad shapes planted in tests/gate/planted.cpp." >&2
  shapes tests/gate/planted.cpp | head -20 >&2
  exit 1
fi

files=$(git ls-files '*.cpp' '*.h' | grep -v '^tests/gate/' | xargs grep -lE 'co_await|co_return' || true)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
report=$scratch/report
: >"$report"
# Tests end with the include of a file that moc writes; the parser needs only its name.
for test in $(git ls-files 'tests/*.cpp'); do : >"$scratch/$(basename "$test" .cpp).moc"; done
flags="$flags -I$scratch"
export flags
printf '%s\n' "$files" | xargs -P 2 -n 1 sh -c '
  out=$(clang-query-19 -f tests/gate/shapes.query "$0" -- $flags 2>&1)
  if printf "%s\n" "$out" | grep -qE "fatal error|: error:"; then printf "%s could not be parsed:\n%s\n" "$0" "$(printf "%s\n" "$out" | grep -E "error" | head -5)"; fi
  printf "%s\n" "$out" | grep -E "binds here" | sed "s/note: \"x\" binds here/forbidden shape in or around co_await/"
  case "$0" in *.cpp)
    clang-tidy-19 --quiet --checks="-*,cppcoreguidelines-avoid-reference-coroutine-parameters,cppcoreguidelines-avoid-capturing-lambda-coroutines,misc-coroutine-hostile-raii" "$0" -- $flags 2>/dev/null | grep -E "warning: .*\[(cppcoreguidelines|misc-coroutine)" || true ;;
  esac' >>"$report" || true
count=$(printf '%s\n' "$files" | wc -l)
if [ -s "$report" ]; then
  sort -u "$report" >&2
  echo "Coroutine gate: $(sort -u "$report" | wc -l) findings in $count files." >&2
  exit 1
fi
echo "Coroutine gate: $count files, no findings (planted file: $planted findings)."
