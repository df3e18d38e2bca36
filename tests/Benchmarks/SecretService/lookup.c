// The floor: libsecret's own lookup in one process, again and again. Prints the microseconds of each, one a line.
// usage: lookup COUNT SERVICE TARGET; does as many for each line of its input, and ends with it.
#include <libsecret/secret.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const SecretSchema Schema = {
    "org.keychain-auth.Secret",
    SECRET_SCHEMA_DONT_MATCH_NAME,
    {{"service", SECRET_SCHEMA_ATTRIBUTE_STRING}, {"username", SECRET_SCHEMA_ATTRIBUTE_STRING}, {NULL, 0}},
};

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL)
    {
        for (int i = 0; i < atoi(argv[1]); i++)
        {
            struct timespec start, end;
            GError *error = NULL;
            clock_gettime(CLOCK_MONOTONIC, &start);
            gchar *password = secret_password_lookup_sync(&Schema, NULL, &error, "service", argv[2], "username", argv[3], NULL);
            clock_gettime(CLOCK_MONOTONIC, &end);
            if (password == NULL)
                return 1;
            secret_password_free(password);
            printf("%ld\n", (long)((end.tv_sec - start.tv_sec) * 1000000L + (end.tv_nsec - start.tv_nsec) / 1000));
        }
        fflush(stdout);
    }
    return 0;
}
