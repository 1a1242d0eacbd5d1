// The description of the HTTP interface, read by a program that is not ours.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { root } from "./kit.mjs";

test("the OpenAPI document has no fault", async () => {
    const kontor = process.env.KONTOR ?? path.join(root, "build/kontor");
    const source = execFileSync(kontor, ["schema", "--openapi"], { encoding: "utf8", maxBuffer: 64 << 20 });
    const config = await createConfig({
        extends: ["recommended"],
        // Answers of commands differ by command, those of the server's own doors are plain.
        rules: { "operation-4xx-response": "off", "info-license": "off", "info-license-strict": "off", "no-server-example.com": "off" },
    });
    const found = await lintFromString({ source, absoluteRef: "openapi.json", config });
    const said = found.map((p) => `${p.severity} ${p.ruleId}: ${p.message} ${p.location?.[0]?.pointer ?? ""}`);
    assert.deepEqual(said.slice(0, 20), []);
    assert.ok(Object.keys(JSON.parse(source).paths).length > 100);
});

test("and a planted fault is found", async () => {
    const source = JSON.stringify({
        openapi: "3.1.0",
        info: { title: "t", version: "1" },
        servers: [{ url: "/" }],
        paths: { "/a": { get: { operationId: "a", summary: "a", responses: { 200: { $ref: "#/components/responses/none" } } } } },
    });
    const found = await lintFromString({ source, absoluteRef: "planted.json", config: await createConfig({ extends: ["recommended"] }) });
    assert.ok(found.some((p) => p.ruleId === "no-unresolved-refs"));
});
