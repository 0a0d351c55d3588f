using System.Text.Json;
using Abc.VMem.Db.Samples.Films;

namespace Abc.VMem.Db.Tests.Samples.Films;

public sealed class MadeUpFilmsTests
{
    [Fact]
    public void Read_Twice_GivesTheSameFilms() => Assert.Equal(Make(), Make());

    [Fact]
    public void Read_Words_HaveAnswers()
    {
        var source = new MadeUpFilms(MadeUpFilms.DefaultCount);
        var films = source.Read(_ => { }).ToList().AsQueryable();
        Assert.All(
            FilmQuestions.All(source.Words),
            question => Assert.True(question.Ask(films).Lines.Count > 0, question.Text));
    }

    private static string Make() => JsonSerializer.Serialize(new MadeUpFilms(500).Read(_ => { }));
}
