#!/usr/bin/env bash
# Installs a release: the signature of its checksums and the checksum of its archive are checked before anything of
# it runs.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

version=${INPUT_VERSION#v}
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
    fail 'Linkwright' "the input \"version\" is \"$INPUT_VERSION\"; it must be a release such as 0.1.0" 64
fi
case "$(uname -s)-$(uname -m)" in
Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
*) fail 'Linkwright' "there is no release for $(uname -s) on $(uname -m); build it with cargo and leave the input \"version\" empty" ;;
esac
# The public key comes with the action, so that whoever pins the action has pinned it too.
key=${LINKWRIGHT_RELEASE_KEY:-$(cd "$(dirname "$0")" && pwd)/release.pub.pem}
[ -f "$key" ] || fail 'Linkwright' "there is no public key at $key to check release $version with; nothing was installed"
releases=${LINKWRIGHT_RELEASES:-https://github.com/linkwright/linkwright/releases/download}
archive=linkwright-$version-$target.tar.gz
cd "$work"
for file in "$archive" SHA256SUMS SHA256SUMS.sig; do
    curl --silent --show-error --fail --location --retry 3 --max-time 120 --output "$file" "$releases/v$version/$file" ||
        fail 'Linkwright' "failed to fetch $file of release $version"
done
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig >/dev/null 2>&1 ||
    fail 'Linkwright' "the signature of release $version is not that of the key $(basename "$key"); nothing of it was run"
grep -F "  $archive" SHA256SUMS | sha256sum --check --strict --quiet ||
    fail 'Linkwright' "$archive is not what the release's checksums say; nothing of it was run"
mkdir -p bin
tar --extract --gzip --file "$archive" --strip-components 1 --directory bin "${archive%.tar.gz}/linkwright"
printf '%s\n' "$work/bin" >>"$GITHUB_PATH"
bin/linkwright --version
