// Package article is the front page, the article, the comparison, the glossary and the
// search: content set with the values of a run ([Pages.SampleSetting],
// [Pages.BenchSetting]), and held against what the lab's own run recorded ([Pages.Set]).
package article
