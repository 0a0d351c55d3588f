using Bogus;

namespace Abc.VMem.Db.Samples.Films;

/// <summary>Films that nobody made: the same ones each time, for where there is no file of real ones.</summary>
public sealed class MadeUpFilms(int count = MadeUpFilms.DefaultCount) : IFilmSource
{
    /// <summary>Films made when no number is given.</summary>
    public const int DefaultCount = 20_000;

    private const int Seed = 1895;
    private const int FirstYear = 1900;
    private const int LastYear = 2023;

    private static readonly string[] AllGenres =
        ["Drama", "Comedy", "Silent", "Western", "Romance", "Crime", "Action", "Thriller", "Musical", "Horror", "War"];

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"{count:N0} made-up films (seed {Seed})");

    /// <inheritdoc/>
    public string Identity => Name;

    /// <inheritdoc/>
    public string DatabaseName => "made-up-films";

    /// <inheritdoc/>
    public FilmWords Words { get; } = new("Ada Lantern", "Otto Reel", "The Silver ", "time travel");

    /// <inheritdoc/>
    public IEnumerable<Film> Read(Action<double> progress)
    {
        var faker = new Faker("en") { Random = new Randomizer(Seed) };
        var actors = MakeActors(faker);
        for (var id = 1; id <= count; id++)
        {
            yield return Make(faker, id, actors);
            progress((double)id / count);
        }
    }

    /// <summary>The two that the questions ask for come first: early names play in more films.</summary>
    private List<string> MakeActors(Faker faker) =>
        [Words.Actor, Words.Partner, .. faker.Make(3_000, () => faker.Name.FullName()).Distinct()];

    private static Film Make(Faker faker, int id, List<string> actors)
    {
        var plot = faker.Random.Bool(0.005f) ? "a story of time travel" : faker.Lorem.Sentence();
        var title = faker.Random.Bool(0.3f)
            ? $"The {Capital(faker.Commerce.Color())} {Capital(faker.Hacker.Noun())}"
            : $"{Capital(faker.Hacker.Adjective())} {Capital(faker.Commerce.Product())}";
        var year = faker.Random.Int(FirstYear, LastYear);
        return new Film
        {
            Id = id,
            Title = title,
            Year = year,
            Cast = [.. faker.Make(faker.Random.Int(0, 7), () => Pick(faker, actors)).Distinct()],
            Genres = [.. faker.Random.ArrayElements(AllGenres, faker.Random.Int(0, 3))],
            Href = faker.Random.Bool(0.9f) ? $"{title.Replace(' ', '_')}_({year}_film)" : null,
            Extract = faker.Random.Bool(0.9f) ? $"{title} is a film of {year}: {plot}" : null,
        };
    }

    /// <summary>A skewed pick: the square of a uniform number favours the start of the list.</summary>
    private static string Pick(Faker faker, List<string> actors)
    {
        var uniform = faker.Random.Double();
        return actors[(int)(uniform * uniform * actors.Count)];
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
