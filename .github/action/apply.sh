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
run="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}"
rm -f "$work"/apply.*

code=0
GITHUB_STEP_SUMMARY="$work/apply.md" "$LINKWRIGHT" apply "${environment[@]}" "${args[@]}" --plan "$PLAN_FILE" --auto-approve \
    --report "$work/apply.json" -- "${paths[@]}" 2>"$work/apply.err" || code=$?
show "$work/apply.err" >&2
output exit_code "$code"

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
