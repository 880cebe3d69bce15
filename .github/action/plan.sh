#!/usr/bin/env bash
# Plans, keeps the plan for the job after the merge, and comments on the pull request: one comment, updated
# in place. A pull request from a fork has no secrets: there the spec is planned from a snapshot if there is one, and
# else checked. No cluster is read, nothing is kept, and nothing is said in a comment.
# shellcheck disable=SC2016 # the backquotes are Markdown
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t paths < <(lines "${INPUT_PATHS:-}")
mapfile -t args < <(lines "${INPUT_ARGS:-}")
environment=()
if [ -n "${INPUT_ENVIRONMENT:-}" ]; then environment=(--environment "$INPUT_ENVIRONMENT"); fi
event=${GITHUB_EVENT_PATH:-/dev/null}
pull=$(jq -r '.pull_request.number // empty' "$event")
head=$(jq -r '.pull_request.head.sha // empty' "$event")
from=$(jq -r '.pull_request.head.repo.full_name // empty' "$event")
run="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}"
output artifact "linkwright-plan-$INPUT_NAME${pull:+-$pull}"
rm -f "$work"/plan.*

if [ -n "$pull" ] && [ "$from" != "$GITHUB_REPOSITORY" ]; then
    code=0
    if [ -s "$work/snapshot.json" ]; then
        "$LINKWRIGHT" plan "${environment[@]}" "${args[@]}" --from "$work/snapshot.json" --markdown-out "$work/plan.md" -- "${paths[@]}" \
            >"$work/plan.txt" 2>"$work/plan.err" || code=$?
        show "$work/plan.err" >&2
        show "$work/plan.txt"
        {
            if [ -s "$work/plan.md" ]; then cat "$work/plan.md"; fi
            echo
            echo 'This pull request comes from a fork, which gets no secrets: no cluster was read. The plan is made from a snapshot, and says how old it is. It cannot be approved or applied; a maintainer who has read the change can push its branch to this repository.'
        } | summary
        output exit_code "$code"
        case "$code" in
        0) exit 0 ;;
        3) fail 'The plan is refused' 'The plan says which flag or which line of the spec would allow it.' 3 ;;
        *) fail 'No plan could be made' "$(tail -c 2000 "$work/plan.err")" "$code" ;;
        esac
    fi
    "$LINKWRIGHT" validate "${environment[@]}" --output github -- "${paths[@]}" || code=$?
    {
        echo '## Linkwright: the spec was checked, and no cluster was read'
        echo
        echo 'This pull request comes from a fork, which gets no secrets. A maintainer who has read it can push its branch to this repository to have it planned.'
    } | summary
    output exit_code "$code"
    exit "$code"
fi

code=0
"$LINKWRIGHT" plan "${environment[@]}" "${args[@]}" --out "$work/plan.json" --markdown-out "$work/plan.md" -- "${paths[@]}" \
    2>"$work/plan.err" || code=$?
show "$work/plan.err" >&2
output exit_code "$code"

digest=none
if [ -s "$work/plan.json" ]; then
    digest=$(jq -er .digest "$work/plan.json")
    output plan_file "$work/plan.json"
fi
if [ -n "$pull" ] && [ "${INPUT_COMMENT:-true}" = true ]; then
    {
        # The job after the merge reads this line: which plan people saw, of which commit.
        printf '<!-- linkwright:%s:plan digest=%s head=%s -->\n' "$INPUT_NAME" "$digest" "$head"
        if [ -s "$work/plan.md" ]; then
            cat "$work/plan.md"
        else
            printf '## Linkwright: no plan could be made\n\n'
            fenced "$work/plan.err"
        fi
        printf '\n---\n'
        case "$code" in
        0) printf 'After the merge exactly this plan is applied, or nothing.' ;;
        3) printf 'This plan is refused and would not be applied.' ;;
        *) printf 'Linkwright ended with exit code %s.' "$code" ;;
        esac
        printf ' Spec `%s`, commit %s, plan `%s`, [run](%s)\n' "$INPUT_NAME" "$head" "${digest:0:12}" "$run"
    } >"$work/comment.md"
    comment "$pull" plan "$work/comment.md"
fi

case "$code" in
0) ;;
3) fail 'The plan is refused' 'Nothing can be applied. The plan says which flag or which line of the spec would allow it.' 3 ;;
*) fail 'No plan could be made' "$(tail -c 2000 "$work/plan.err")" "$code" ;;
esac
