// Runs the tests of what is pure in the scripts (web/test/*.test.ts) with Node's own runner: bundled first, as Node reads no TypeScript.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "kontor-web-"));
try {
    const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts")).sort();
    await build({
        absWorkingDir: here,
        entryPoints: tests.map((name) => join("test", name)),
        outdir: out,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node18",
        logLevel: "warning",
        define: { ICONS: '"/assets/icons.svg"' },
    });
    const run = spawnSync(process.execPath, ["--test", ...tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")))], { stdio: "inherit" });
    process.exitCode = run.status ?? 1;
} finally {
    rmSync(out, { recursive: true, force: true });
}
