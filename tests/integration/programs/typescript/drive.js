// Runs the compiled program within the Automation API: an inline program needs no language plugin.
const { LocalWorkspace, Stack } = require("@pulumi/pulumi/automation");

const COMMANDS = {
    preview: (stack, options) => stack.preview(options),
    up: (stack, options) => stack.up(options),
    again: (stack, options) => stack.up({ ...options, expectNoChanges: true }),
    destroy: (stack, options) => stack.destroy(options),
};

async function main(command) {
    const program = async () => require("./bin/index.js");
    const workspace = await LocalWorkspace.create({ workDir: __dirname, program });
    const stack = await Stack.select("test", workspace);
    await COMMANDS[command](stack, {
        onOutput: (text) => process.stdout.write(text),
        onError: (text) => process.stderr.write(text),
    });
}

main(process.argv[2]).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
