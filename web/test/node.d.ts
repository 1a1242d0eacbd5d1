// The little of Node.js that the tests use: its types are a package of their own, which nothing else here needs.
declare module "node:test" {
    export default function test(name: string, body: () => void | Promise<void>): void;
}
declare module "node:assert/strict" {
    const assert: {
        equal(actual: unknown, expected: unknown, message?: string): void;
        deepEqual(actual: unknown, expected: unknown, message?: string): void;
        ok(value: unknown, message?: string): void;
        rejects(promise: Promise<unknown>, holds: (error: unknown) => boolean): Promise<void>;
    };
    export default assert;
}
