// tests/flow/_shipped.mjs - imported before anything else: the programs as they are shipped, whatever BIN says.
// For what depends on how memory is freed: a sanitizer's allocator does that in a way of its own.

import path from "node:path";
import { fileURLToPath } from "node:url";

process.env.BIN = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../bin");
