namespace Abc.VMem.Db.Samples.Transactions;

/// <summary>All or nothing, and the past that stays as it was.</summary>
public static class TransactionsSample
{
    /// <summary>Runs on a file that does not exist yet.</summary>
    public static void Run(string path, TextWriter output)
    {
        using var db = VMemDatabase.Open(path);
        var accounts = db.GetCollection<Account>("accounts");
        accounts.InsertMany([new Account { Id = 1, Balance = 100 }, new Account { Id = 2, Balance = 0 }]);

        #region transaction
        using (var tx = db.BeginTransaction())                     // the one writer; readers go on meanwhile
        {
            var inside = tx.GetCollection<Account>("accounts");
            var from = inside.Find(1)!;
            var to = inside.Find(2)!;
            from.Balance -= 30;
            to.Balance += 30;
            inside.Update(from);
            inside.Update(to);

            var savepoint = tx.Savepoint();
            inside.Delete(2);
            tx.RollbackTo(savepoint);                              // takes that back, keeps the rest

            tx.Commit();                                           // without it, Dispose rolls back
        }
        #endregion

        #region snapshot
        using var before = db.BeginSnapshot();                     // costs nothing, blocks nobody
        accounts.Delete(1);

        output.WriteLine(before.GetCollection<Account>("accounts").Find(1)!.Balance);   // 70, still
        output.WriteLine(accounts.Find(1) is null);                                     // True
        #endregion
    }

    public sealed class Account
    {
        public int Id { get; set; }
        public decimal Balance { get; set; }
    }
}
