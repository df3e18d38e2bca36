/* A library that does nothing: being mapped is all. */
int keychain_auth_preloaded(void)
{
    return 1;
}
