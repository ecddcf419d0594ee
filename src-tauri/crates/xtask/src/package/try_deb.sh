# What a guest does with the installed package. Fails with the first thing that is wrong.
set -euo pipefail
cd "$HOME"
export XDG_RUNTIME_DIR="$HOME/run" LC_ALL=C.UTF-8
mkdir -pm 700 "$XDG_RUNTIME_DIR"
trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT

# until SECONDS WHAT COMMAND…: waits for something to become true.
until_true() {
  local rest=$(($1 * 10)) what=$2
  shift 2
  until "$@"; do
    if ((--rest < 0)); then
      echo "not so after all the time: $what" >&2
      tail -n 30 ./*.log >&2
      exit 1
    fi
    sleep 0.1
  done
}

foyer --version
test "$(xdg-mime query default x-scheme-handler/foyer)" = org.foyer.Foyer.desktop

echo "-- a practice meeting without a window"
foyer practice --bots 1 --print-json > links.json 2> practice.log &
until_true 30 "the meeting is served" test -s links.json
link=$(sed 's/.*"guestLink":"\([^"]*\)".*/\1/' links.json)
foyer join "$link" --name Guest --headless --duration 3s --camera test --microphone test --say hello --report report.json
for found in '"state": "inMeeting"' '"endReason": "hungUp"' '"framesDecoded": [1-9]' '"packetsReceived": [1-9]'; do
  grep -q "$found" report.json || { echo "not so: $found" >&2; cat report.json >&2; exit 1; }
done

echo "-- the window, and a link into it"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp > xvfb.log 2>&1 3> display &
until_true 20 "the display is there" test -s display
export DISPLAY=:$(cat display) GDK_BACKEND=x11
dbus-daemon --session --nofork --print-address=3 3> bus &
until_true 20 "the session is there" test -s bus
export DBUS_SESSION_BUS_ADDRESS="$(cat bus)"
started=$(date +%s%N)
FOYER_LOG=foyer_app=info foyer 2> window.log &
until_true 60 "the page listens" grep -q 'the page listens for links' window.log
echo "home is usable after $((($(date +%s%N) - started) / 1000000)) ms"
# As desktops open links: by the desktop entry.
exec_line=$(sed -n 's/^Exec=//p' /usr/share/applications/org.foyer.Foyer.desktop)
test "$exec_line" = "foyer %u"
foyer "foyer://join?link=$(printf %s "$link" | sed 's/:/%3A/g; s,/,%2F,g')" 2> second.log
until_true 10 "the link arrives" grep -q 'a link was handed to the page' window.log
# Two pictures alike, and more than one colour: the page has settled.
until_true 20 "it is shown" bash -c 'import -window root a.png; sleep 1; import -window root b.png
  test "$(identify -format %# a.png)" = "$(identify -format %# b.png)" -a "$(identify -format %k b.png)" -gt 64'
mv b.png window.png
