/* Kontor: a whole trading house in one program. This is where it starts. */
#include "app/cli.h"
#include "os/process.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    /* What the program writes is its owner's business only. */
    process_private_files();

    /* Memory for the moment when there is none left. */
    if (arena_reserve_init() != OK) {
        (void)fputs("kontor: no memory to start with\n", stderr);
        return CLI_NO;
    }

    /* The rest is one of the commands of app/cli.c: `kontor help` lists them. */
    return cli_main(argc, argv);
}
