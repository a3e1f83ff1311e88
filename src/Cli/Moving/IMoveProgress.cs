namespace ChatOrleans.Cli.Moving;

internal interface IMoveProgress
{
    void Report(long done, long all, string what);
}
