# SPDX-License-Identifier: Apache-2.0
# Sourced by packaging/run.sh and tests/run.sh: which Debian packages are needed, and how missing ones are installed.

BUILD_PACKAGES="ca-certificates g++ cmake ninja-build pkgconf ccache git qt6-base-dev qt6-networkauth-dev qtkeychain-qt6-dev
  qcoro-qt6-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libpq-dev libssl-dev libexpected-dev libcli11-dev"
RUN_PACKAGES="libqt6sql6-sqlite qt6-translations-l10n fonts-dejavu-core libsecret-1-0 postgresql openssl"
TEST_PACKAGES="xvfb xauth dbus dbus-x11 at-spi2-core fonts-noto-core curl gnome-keyring libsecret-tools python3-msal"
GATE_PACKAGES="clang-tools-19 clang-tidy-19"
BENCH_PACKAGES="wrk python3 dbus gnome-keyring"

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    say "These packages must be installed by root, and sudo is not here: $*"
    exit 1
  fi
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installing PostgreSQL must not start a server on somebody's machine: a cluster is made only when that file says so.
no_default_cluster() {
  conf=/etc/postgresql-common/createcluster.conf
  command -v pg_lsclusters >/dev/null && [ -n "$(pg_lsclusters -h 2>/dev/null)" ] && return
  grep -qs '^create_main_cluster *= *false' $conf && return
  as_root mkdir -p /etc/postgresql-common
  printf 'create_main_cluster = false\n' | as_root tee -a $conf >/dev/null
}

# install_missing PACKAGE…
install_missing() {
  missing=""
  for package in "$@"; do is_installed "$package" || missing="$missing $package"; done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || { say "Please install:$missing"; exit 1; }
  say "Installing:$missing"
  case " $missing " in *" postgresql "*) no_default_cluster ;; esac
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold $missing >&2
}
