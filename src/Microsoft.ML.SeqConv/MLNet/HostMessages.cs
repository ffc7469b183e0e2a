using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>Messages to the log of a context, and its request to stop.</summary>
internal static class HostMessages
{
    /// <summary>Puts a message into the log.</summary>
    public static void Inform(this IChannel channel, string message) => channel.Info(message);

    /// <summary>Puts a warning into the log.</summary>
    public static void Warn(this IChannel channel, string message) => channel.Warning(message);

    /// <summary>Puts a warning into the log, of work outside a fit.</summary>
    /// <param name="env">The context.</param>
    /// <param name="component">Who warns.</param>
    /// <param name="message">The warning.</param>
    public static void Warn(this IHostEnvironment env, string component, string message)
    {
        using IChannel channel = env.Register(component).Start(component);
        channel.Warn(message);
    }

    /// <summary>Ends the work where the context was cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void ThrowIfCancelled(this IHostEnvironment env) => env.CheckAlive();
}
