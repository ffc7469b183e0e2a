using System.Text;

/// <summary>
/// Runs before a program's first line where DOTNET_STARTUP_HOOKS names this assembly: the console then fails at what
/// the
/// program writes to it, with an error that no command expects.
/// </summary>
internal static class StartupHook
{
    public static void Initialize() => Console.SetOut(new FailingWriter());

    private sealed class FailingWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new OverflowException("The console has failed.");
    }
}
