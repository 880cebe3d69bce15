#!/usr/bin/env bash
# On the schedule: takes a snapshot of the clusters, for the cache. On a pull request from a fork, which gets no secrets:
# names the newest one, from which it is then planned.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t paths < <(lines "${INPUT_PATHS:-}")
environment=()
if [ -n "${INPUT_ENVIRONMENT:-}" ]; then environment=(--environment "$INPUT_ENVIRONMENT"); fi
hidden=()
of=linkwright-snapshot
# One that has all names is never taken for one that hides them.
if [ "${INPUT_HASH_NAMES:-}" = true ]; then
    hidden=(--hash-names)
    of=linkwright-snapshot-hidden
fi
file=$work/snapshot.json
# No name of a spec has a slash: the snapshots of one are never those of another.
keys="$of/$INPUT_NAME/"
rm -f "$file"

case "${INPUT_COMMAND:-}" in
plan)
    from=$(jq -r '.pull_request.head.repo.full_name // empty' "${GITHUB_EVENT_PATH:-/dev/null}")
    if [ -n "$from" ] && [ "$from" != "$GITHUB_REPOSITORY" ]; then
        output restore "$file"
        output keys "$keys"
    fi
    ;;
drift)
    code=0
    "$LINKWRIGHT" snapshot "${environment[@]}" "${hidden[@]}" --out "$file" -- "${paths[@]}" 2>"$work/snapshot.err" || code=$?
    show "$work/snapshot.err" >&2
    # One that says less than the last is not kept in its place.
    if [ "$code" = 0 ]; then
        output save "$file"
        output key "$keys${GITHUB_RUN_ID:-}-${GITHUB_RUN_ATTEMPT:-1}"
    else
        warn 'No new snapshot' "$(tail -c 2000 "$work/snapshot.err")"
    fi
    ;;
esac
