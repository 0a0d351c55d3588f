using System.Runtime.ExceptionServices;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>Work on a thread of its own, beside a step that holds something it may need.</summary>
internal sealed class Beside
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Thread _thread;
    private Exception? _failure;

    /// <summary>Starts.</summary>
    public Beside(Action work)
    {
        _thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                _failure = e;
            }
        });
        _thread.Start();
    }

    /// <summary>Whether it ends within a time; nothing in its way, it would.</summary>
    public bool EndsWithin(int milliseconds) => _thread.Join(milliseconds);

    /// <summary>Waits for its end, and throws what it threw.</summary>
    public void End()
    {
        Assert.True(_thread.Join(s_patience), "The work beside hangs.");
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
