/** Makes `generated/` from the specifications' IDL: `npm run idl`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emitInterfaces } from "./generator/emit-interfaces.mjs";
import { emitTypes } from "./generator/emit-types.mjs";
import { Expressions } from "./generator/expressions.mjs";
import { readModel, version } from "./generator/model.mjs";

/** The generated files: name within `generated/` → text. */
export function generate() {
  const model = readModel();
  const expressions = new Expressions(model);
  const head = `// Made by \`npm run idl\` from @webref/idl ${version}. Not to be edited.\n`;
  return {
    "interfaces.ts": head + emitInterfaces(expressions, model),
    "types.ts": head + emitTypes(expressions, model),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(generate())) {
    writeFileSync(new URL(`generated/${name}`, import.meta.url), text);
  }
}
