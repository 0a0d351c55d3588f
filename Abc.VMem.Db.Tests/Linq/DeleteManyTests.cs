using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

public sealed class DeleteManyTests : IDisposable
{
    private readonly TestDatabase _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task DeleteManyAsync_ByPredicate_DeletesTheDocumentsItHoldsFor()
    {
        var people = _test.Db.GetCollection<Person>("people");
        people.InsertMany(Enumerable.Range(1, 20).Select(Person.Make));

        Assert.Equal(15, await people.DeleteManyAsync(person => person.Id > 5));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => people.DeleteManyAsync(person => person.Id > 1, new CancellationToken(true)).AsTask());

        Assert.Equal(5, people.Count);
    }
}
