#!/usr/bin/env bash
# Applies the plan that was approved, exactly, or nothing; and comments the result on the pull request.
# shellcheck disable=SC2016 # the backquotes are Markdown
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t paths < <(lines "${INPUT_PATHS:-}")
# Without paths the plan would be applied whatever the merged spec says.
if [ ${#paths[@]} = 0 ]; then paths=(.); fi
mapfile -t args < <(lines "${INPUT_ARGS:-}")
environment=()
if [ -n "${INPUT_ENVIRONMENT:-}" ]; then environment=(--environment "$INPUT_ENVIRONMENT"); fi
# Without a shared store, what outlives the runner is an artefact.
if [ -z "${LINKWRIGHT_STORE:-}" ] && ! "$LINKWRIGHT" render "${environment[@]}" -- "${paths[@]}" 2>/dev/null | grep '^store:' >/dev/null; then
    warn 'No shared store' 'Set LINKWRIGHT_STORE, or store in the spec: without one this runner forgets which credentials were written, and runs on other machines are not kept out. The report, the archive of deleted links and the ledger are kept as an artefact.'
    mkdir -p "$work/records"
    output artifact "linkwright-$INPUT_NAME-records"
    output records "$work/records"
fi
run="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}"
rm -f "$work"/apply.*

code=0
GITHUB_STEP_SUMMARY="$work/apply.md" "$LINKWRIGHT" apply "${environment[@]}" "${args[@]}" --plan "$PLAN_FILE" --auto-approve \
    --report "$work/apply.json" -- "${paths[@]}" 2>"$work/apply.err" || code=$?
show "$work/apply.err" >&2
output exit_code "$code"
if [ -d "$work/records" ]; then
    for record in "$work/apply.json" linkwright-archive .linkwright; do
        if [ -e "$record" ]; then cp -R "$record" "$work/records/"; fi
    done
fi

case "$code" in
0) title='Applied as approved' ;;
3) title='Refused: nothing was applied' ;;
4) title='No changes were made: the spec, the clusters or Linkwright changed since the plan was approved' ;;
5) title='Applied in part' ;;
6) title='Not finished in time' ;;
130) title='Interrupted' ;;
*) title="Apply failed with exit code $code" ;;
esac
{
    printf '<!-- linkwright:%s:apply -->\n' "$INPUT_NAME"
    printf '## Linkwright: %s\n\n' "$title"
    if [ -s "$work/apply.md" ]; then
        cat "$work/apply.md"
    else
        fenced "$work/apply.err"
    fi
    printf '\n---\nSpec `%s`, [run](%s)\n' "$INPUT_NAME" "$run"
} >"$work/comment.md"
summary <"$work/comment.md"
if [ -n "${PULL:-}" ] && [ "${INPUT_COMMENT:-true}" = true ]; then
    comment "$PULL" apply "$work/comment.md"
fi
if [ "$code" != 0 ]; then
    fail "$title" "$(tail -c 2000 "$work/apply.err")" "$code"
fi
