using Blase3D.Engine.Cloning;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

public class GridShardTests
{
    [Fact]
    public void Shards_cut_every_grid_into_blocks_without_gap_or_overlap() =>
        Prop.ForAll(
            Gen.Choose(1, 3000).ToArbitrary(),
            Gen.Choose(1, 3000).ToArbitrary(),
            (rows, wanted) =>
            {
                int count = Math.Min(rows, wanted);
                GridShard[] shards = [.. Enumerable.Range(1, count).Select(number => new GridShard(number, count, rows))];
                int[] all = [.. shards.SelectMany(shard => Enumerable.Range(shard.FirstRow, shard.Rows))];
                return all.SequenceEqual(Enumerable.Range(0, rows)) && shards.Max(shard => shard.Rows) - shards.Min(shard => shard.Rows) <= 1;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_shard_is_written_as_it_is_read() => Assert.Equal("3/16", GridShard.Parse("3/16", 1314).ToString());

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/0")]
    [InlineData("1/13")]
    [InlineData("-1/4")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    [InlineData("1.5/4")]
    [InlineData("")]
    public void Anything_else_is_refused_with_the_range(string text)
    {
        EngineException failure = Assert.Throws<EngineException>(() => GridShard.Parse(text, 12));
        Assert.Equal(ErrorCode.BadArguments, failure.Code);
        Assert.Contains($"'{text}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("at most 12", failure.Message, StringComparison.Ordinal);
    }
}
