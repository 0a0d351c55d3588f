namespace Abc.VMem.Db.Paging;

/// <summary>Page 0's mark at home: how the file was left.</summary>
public sealed unsafe partial class Pool
{
    /// <summary>Writes page 0 home as it is there, with another mark, and flushes.</summary>
    internal void StampHome(HomeMark mark)
    {
        lock (Stripe(PagePos.Root.Value))
        {
            Span<byte> page = stackalloc byte[Page.Size];
            _file.Read(PagePos.Root, page);
            _file.Mark = mark;
            try
            {
                _file.Write(PagePos.Root, page);
            }
            catch (IOException e)
            {
                throw _host.Fail(e);
            }
        }

        FlushHome();
    }
}
